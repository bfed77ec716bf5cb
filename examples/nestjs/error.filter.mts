import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common'
import { answerTo } from '../shared/errors.js'

/** Answers every error, Nest's own too. 统一处理所有异常。 */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost) {
    const http = host.switchToHttp()
    const { id, openid } = http.getRequest()
    const { status, body } = answerTo(error, { requestId: id, openid })
    http.getResponse().status(status).json(body)
  }
}
